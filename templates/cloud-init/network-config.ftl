version: 2
ethernets:
[#list nics as nic]
  eth[=nic?index]:
    match: {macaddress: "[=nic.mac]"}
    set-name: eth[=nic?index]
[#if nic.mtu??]
    mtu: [=nic.mtu]
[/#if]
[#if nic.address?has_content]
    addresses: ["[=nic.address]/[=nic.prefix]"]
[#if nic.gateway??]
    routes:
    - {to: 0.0.0.0/0, via: "[=nic.gateway]"}
    nameservers: {addresses: ["[=nameServer]"]}
[/#if]
[#else]
    dhcp4: true
    # by which the server knows it again, whatever disk it boots from
    dhcp-identifier: mac
    nameservers: {addresses: ["[=nameServer]"]}
[/#if]
[/#list]
