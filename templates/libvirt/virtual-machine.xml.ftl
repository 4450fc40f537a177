<domain type='[=guest.type]'>
  <name>[=machine.name]</name>
[#if uuid?has_content]
  <uuid>[=uuid]</uuid>
[/#if]
  <metadata>
    <kubelab:machine xmlns:kubelab='[=namespace]' lab='[=machine.lab.name]' lab-uuid='[=machine.lab.uuid]' definition='[=definition]' memory-mib='[=machine.memoryMiB]' cpus='[=machine.cpus]' architecture='[=guest.architecture]'[#if guest.firmware == "uefi"] firmware='uefi'[/#if][#if guest.pages == "huge"] pages='huge'[/#if] disk='[=guest.disk]' seed='[=guest.seed]' console='[=guest.console]'[#if guest.spare??] spare='[=guest.spare.file]' spare-device='[=guest.spare.device]'[/#if]>
[#list machine.nics as nic]
      <kubelab:nic [#if nic.bridge?has_content]bridge='[=nic.bridge]'[#else]network='[=nic.network]'[/#if] mac='[=nic.mac]' address='[=nic.address]' prefix='[=nic.prefix]'[#if nic.gateway??] gateway='[=nic.gateway]'[/#if]/>
[/#list]
    </kubelab:machine>
  </metadata>
  <memory unit='MiB'>[=machine.memoryMiB]</memory>
[#if guest.pages == "huge"]
  <memoryBacking>
    <hugepages/>
  </memoryBacking>
[/#if]
  <vcpu>[=machine.cpus]</vcpu>
  <os[#if guest.firmware == "uefi"] firmware='efi'[/#if]>
    <type arch='[#if guest.architecture == "arm64"]aarch64[#else]x86_64[/#if]' machine='[#if guest.architecture == "arm64"]virt[#else]q35[/#if]'>hvm</type>
[#if guest.firmware == "uefi"]
    [#-- whoever makes an image of their own doesn't sign it --]
    <firmware>
      <feature enabled='no' name='secure-boot'/>
    </firmware>
[/#if]
    <boot dev='hd'/>
  </os>
  <features>
    <acpi/>
[#if guest.architecture == "amd64"]
    <apic/>
[/#if]
  </features>
  [#-- emulated: every instruction that QEMU knows, since distributions ask for more and more (x86-64-v3) --]
  <cpu mode='[#if guest.type == "kvm"]host-passthrough[#else]maximum[/#if]'/>
  <clock offset='utc'/>
  <devices>
    [#-- a lab can be made anew: what the virthost has not written yet when it dies is no loss --]
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2' cache='unsafe' discard='unmap'/>
      <source file='[=guest.disk]'/>
      <target dev='vda' bus='virtio'/>
    </disk>
[#if guest.spare??]
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2' cache='unsafe' discard='unmap'/>
      <source file='[=guest.spare.file]'/>
      <target dev='[=guest.spare.device]' bus='virtio'/>
    </disk>
[/#if]
    [#-- Debian 12's kernel for clouds knows no SATA --]
    <controller type='scsi' model='virtio-scsi'/>
    <disk type='file' device='cdrom'>
      <driver name='qemu' type='raw'/>
      <source file='[=guest.seed]'/>
      <target dev='sda' bus='scsi'/>
      <readonly/>
    </disk>
[#list machine.nics as nic]
    <interface type='[#if nic.bridge?has_content]bridge[#else]network[/#if]'>
      <mac address='[=nic.mac]'/>
      <source [#if nic.bridge?has_content]bridge='[=nic.bridge]'[#else]network='[=nic.network]'[/#if]/>
      <model type='virtio'/>
      <rom enabled='no'/>
    </interface>
[/#list]
    <serial type='pty'>
      <log file='[=guest.console]' append='off'/>
    </serial>
    <console type='pty'/>
    <channel type='unix'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
    <rng model='virtio'>
      <backend model='random'>/dev/urandom</backend>
    </rng>
    <memballoon model='none'/>
  </devices>
</domain>
