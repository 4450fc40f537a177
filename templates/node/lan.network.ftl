# written by kubelab: the LAN's DHCP server gives the machine its address
[Match]
Name=eth0

[Network]
DHCP=ipv4
IPv6AcceptRA=no
# a restart of this program takes nothing away
KeepConfiguration=dhcp-on-stop

[DHCPv4]
# the server knows the machine by it, and so may people who reserve the address
ClientIdentifier=mac
UseDNS=no
UseDomains=no
