# Written by kubelab.
overlay
br_netfilter
