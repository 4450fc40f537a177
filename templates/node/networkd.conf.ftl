# written by kubelab: what the pod network puts on this interface is not systemd's
[Network]
ManageForeignRoutes=no
ManageForeignRoutingPolicyRules=no
