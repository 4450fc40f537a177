# Written by kubelab.
Types: deb
URIs: [=url]
Suites: /
Signed-By: [=keyFile]
