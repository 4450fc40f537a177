{"cniVersion": "0.3.1", "name": "leaving", "type": "loopback"}
