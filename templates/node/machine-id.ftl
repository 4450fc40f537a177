[=machineId]
