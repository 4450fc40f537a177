<network>
  <name>[=network.name]</name>
[#if uuid?has_content]
  <uuid>[=uuid]</uuid>
[/#if]
  <metadata>
    <kubelab:network xmlns:kubelab='[=namespace]' lab='[=network.lab.name]' lab-uuid='[=network.lab.uuid]' definition='[=definition]' bridge='[=network.bridge]'[#if network.nat??] gateway='[=network.nat.gateway]' prefix='[=network.nat.prefix]'[/#if]>
[#if network.nat??]
[#list network.nat.reservations as reservation]
      <kubelab:reservation machine='[=reservation.machine]' mac='[=reservation.mac]' address='[=reservation.address]'/>
[/#list]
[/#if]
    </kubelab:network>
  </metadata>
[#if network.nat??]
  <forward mode='nat'/>
[/#if]
  <bridge name='[=network.bridge]' stp='off' delay='0'/>
[#if network.nat??]
  <ip address='[=network.nat.gateway]' prefix='[=network.nat.prefix]'>
[#if network.nat.reservations?has_content]
    <dhcp>
[#list network.nat.reservations as reservation]
      <host mac='[=reservation.mac]' name='[=reservation.machine]' ip='[=reservation.address]'/>
[/#list]
    </dhcp>
[/#if]
  </ip>
[/#if]
</network>
