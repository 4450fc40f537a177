# the virthost's dnsmasq
nameserver [=plan.gateway]
