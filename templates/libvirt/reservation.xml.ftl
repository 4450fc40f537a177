<host mac='[=reservation.mac]' name='[=reservation.machine]' ip='[=reservation.address]'/>
