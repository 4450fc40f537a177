# Written by kubelab: whoever comes to port 6443 is led to an API server that is ready. What they say to each other passes as it is.
global
  log /dev/log local0
  user haproxy
  group haproxy

defaults
  mode tcp
  log global
  option dontlognull
  timeout connect 3s
  # a watch may be silent for long
  timeout client 1h
  timeout server 1h

frontend kube-api
  bind :6443
  default_backend control-planes

backend control-planes
  balance roundrobin
  option redispatch
  option httpchk GET /readyz
  http-check expect status 200
  # the certificate is checked by those who are led there
  default-server check check-ssl verify none inter 1s fall 2 rise 1 on-marked-down shutdown-sessions
[#list nodes as node]
[#if node.groups?seq_contains("master") || node.groups?seq_contains("master_slave")]
[#list addresses.machines as machine]
[#if machine.machine == node.name]
  server [=node.name] [=machine.address]:6443
[/#if]
[/#list]
[/#if]
[/#list]
