# Written by kubelab: whatever registry an image names, it comes from here.
[host."[=mirror]"]
  capabilities = ["pull", "resolve"]
