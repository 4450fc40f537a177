<network>
  <name>[=network.name]</name>
[#if uuid?has_content]
  <uuid>[=uuid]</uuid>
[/#if]
  <metadata>
    <kubelab:network xmlns:kubelab='[=namespace]' lab='[=network.lab.name]' lab-uuid='[=network.lab.uuid]' definition='[=definition]' bridge='[=network.bridge]' gateway='[=network.gateway]' prefix='[=network.prefix]'>
[#list network.reservations as reservation]
      <kubelab:reservation machine='[=reservation.machine]' mac='[=reservation.mac]' address='[=reservation.address]'/>
[/#list]
    </kubelab:network>
  </metadata>
  <forward mode='nat'/>
  <bridge name='[=network.bridge]' stp='off' delay='0'/>
  <ip address='[=network.gateway]' prefix='[=network.prefix]'>
[#if network.reservations?has_content]
    <dhcp>
[#list network.reservations as reservation]
      <host mac='[=reservation.mac]' name='[=reservation.machine]' ip='[=reservation.address]'/>
[/#list]
    </dhcp>
[/#if]
  </ip>
</network>
