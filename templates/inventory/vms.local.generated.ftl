# kubelab lab [=lab]
[#list machines as machine]
[=machine.machine] ansible_host=[=machine.address]
[/#list]

[#list groups as group]
[[=group.name]]
[#list group.members as member]
[=member]
[/#list]

[/#list]

[all:vars]
ansible_user=[=user]
ansible_ssh_common_args='[#if proxy?has_content]-o ProxyCommand="[=proxy]" [/#if]-o UserKnownHostsFile=[=knownHosts] -o StrictHostKeyChecking=yes'
ansible_ssh_private_key_file=[=key]
