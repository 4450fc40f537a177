<domain type='lxc'>
  <name>[=machine.name]</name>
[#if uuid?has_content]
  <uuid>[=uuid]</uuid>
[/#if]
  <metadata>
    <kubelab:machine xmlns:kubelab='[=namespace]' lab='[=machine.lab.name]' lab-uuid='[=machine.lab.uuid]' definition='[=definition]' type='lxc' memory-mib='[=machine.memoryMiB]' cpus='[=machine.cpus]' root='[=guest.root]' init='[=guest.init]'>
[#list guest.mounts as mount]
      <kubelab:mount source='[=mount.source]' target='[=mount.target]'/>
[/#list]
[#list machine.nics as nic]
      <kubelab:nic [#if nic.bridge?has_content]bridge='[=nic.bridge]'[#else]network='[=nic.network]'[/#if] mac='[=nic.mac]' address='[=nic.address]' prefix='[=nic.prefix]'[#if nic.gateway??] gateway='[=nic.gateway]'[/#if]/>
[/#list]
    </kubelab:machine>
  </metadata>
  <memory unit='MiB'>[=machine.memoryMiB]</memory>
  <vcpu>[=machine.cpus]</vcpu>
  <os>
    <type>exe</type>
    <init>[=guest.init]</init>
  </os>
  <features>
    <privnet/>
    <capabilities policy='allow'/>
  </features>
  <devices>
    <filesystem type='mount'>
      <source dir='[=guest.root]'/>
      <target dir='/'/>
    </filesystem>
[#list guest.mounts as mount]
    <filesystem type='mount'>
      <source dir='[=mount.source]'/>
      <target dir='[=mount.target]'/>
    </filesystem>
[/#list]
[#list machine.nics as nic]
    <interface type='[#if nic.bridge?has_content]bridge[#else]network[/#if]'>
      <mac address='[=nic.mac]'/>
      <source [#if nic.bridge?has_content]bridge='[=nic.bridge]'[#else]network='[=nic.network]'[/#if]/>
[#if nic.address?has_content]
      <ip address='[=nic.address]' family='ipv4' prefix='[=nic.prefix]'/>
[/#if]
[#if nic.gateway??]
      <route family='ipv4' address='0.0.0.0' prefix='0' gateway='[=nic.gateway]'/>
[/#if]
    </interface>
[/#list]
    [#-- kubelet reads the kernel's log for out-of-memory kills and does not start without it --]
    <hostdev mode='capabilities' type='misc'>
      <source>
        <char>/dev/kmsg</char>
      </source>
    </hostdev>
    <console type='pty'/>
  </devices>
</domain>
