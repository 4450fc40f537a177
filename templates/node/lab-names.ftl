machines of a lab, until its kube-teardown
[#list plan.machines as machine]
[=machine.address] [=machine.machine]
[/#list]
[#list apiServers as address]
[=address] [=apiServer]
[/#list]
