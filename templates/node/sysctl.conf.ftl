# Written by kubelab.
net.ipv4.ip_forward = 1
net.bridge.bridge-nf-call-iptables = 1
net.bridge.bridge-nf-call-ip6tables = 1
[#if everybodyPings]
# ping without being root
net.ipv4.ping_group_range = 0 2147483647
[/#if]
[#if silence?has_content]
# an API server that is gone is given up after three times this
[=silence] = [=silenceMs]
[/#if]
