[#macro ssh way]
[#if way?has_content]-o ProxyCommand="[=way]" [/#if]-o UserKnownHostsFile=[=knownHosts] -o StrictHostKeyChecking=yes[#rt]
[/#macro]
# kubelab lab [=lab]
[#list machines as machine]
[=machine.machine][#if machine.address?has_content] ansible_host=[=machine.address][/#if][#if machine.proxy??] ansible_ssh_common_args='[@ssh machine.proxy/]'[/#if]
[/#list]

[#list groups as group]
[[=group.name]]
[#list group.members as member]
[=member]
[/#list]

[/#list]

[all:vars]
ansible_user=[=user]
ansible_ssh_common_args='[@ssh proxy/]'
ansible_ssh_private_key_file=[=key]
