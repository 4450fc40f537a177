127.0.0.1 localhost
::1 localhost ip6-localhost ip6-loopback
[=plan.virthost] virthost
[#list plan.machines?filter(machine -> machine.address?has_content) as machine]
[=machine.address] [=machine.machine]
[/#list]
# the API servers of the cluster: programs try one after the other
[#list apiServers as address]
[=address] [=apiServer]
[/#list]
