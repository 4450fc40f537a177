# written by kubelab
nameserver [=plan.nameServer]
