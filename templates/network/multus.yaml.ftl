# What pods ask for and what Multus reads. The classic kind has no spec, as in 2017: its fields stand at the top.
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: networks.kubernetes.com
spec:
  group: kubernetes.com
  scope: Namespaced
  names:
    plural: networks
    singular: network
    kind: Network
    shortNames: [net]
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        required: [plugin, args]
        properties:
          plugin:
            description: The CNI plugin.
            type: string
          args:
            description: A list of one JSON object, the plugin's configuration.
            type: string
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: network-attachment-definitions.k8s.cni.cncf.io
spec:
  group: k8s.cni.cncf.io
  scope: Namespaced
  names:
    plural: network-attachment-definitions
    singular: network-attachment-definition
    kind: NetworkAttachmentDefinition
    shortNames: [nad, net-attach-def]
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              config:
                description: A CNI configuration (JSON).
                type: string
---
# Multus on a node has the kubelet's identity. The node authorizer lets that read the node's own pods and write their
# status; this is all that is missing.
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: multus-networks-reader
rules:
- apiGroups: [k8s.cni.cncf.io]
  resources: [network-attachment-definitions]
  verbs: [get]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: multus-networks-reader
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: multus-networks-reader
subjects:
- apiGroup: rbac.authorization.k8s.io
  kind: Group
  name: system:nodes
---
# The annotation `networks` of 2017: its first network becomes eth0, the others net0, net1, …
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata:
  name: classic-networks-annotation
spec:
  matchConstraints:
    resourceRules:
    - apiGroups: [""]
      apiVersions: [v1]
      operations: [CREATE]
      resources: [pods]
  matchConditions:
  - name: has-classic-annotation-only
    expression: >-
      has(object.metadata.annotations) && 'networks' in object.metadata.annotations
      && !('k8s.v1.cni.cncf.io/networks' in object.metadata.annotations)
  failurePolicy: Fail
  reinvocationPolicy: Never
  variables:
  - name: names
    expression: >-
      object.metadata.annotations['networks'].findAll('"name"\\s*:\\s*"[^"]+"').map(m, m.split('"')[3])
  mutations:
  - patchType: JSONPatch
    jsonPatch:
      expression: >-
        (size(variables.names) > 0
          ? [JSONPatch{op: "add",
              path: "/metadata/annotations/" + jsonpatch.escapeKey("v1.multus-cni.io/default-network"),
              value: "kube-system/" + variables.names[0]}]
          : [])
        + (size(variables.names) > 1
          ? [JSONPatch{op: "add",
              path: "/metadata/annotations/" + jsonpatch.escapeKey("k8s.v1.cni.cncf.io/networks"),
              value: [0, 1, 2, 3, 4, 5, 6, 7].filter(i, i < size(variables.names) - 1)
                .map(i, "kube-system/" + variables.names[i + 1] + "@net" + string(i)).join(",")}]
          : [])
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicyBinding
metadata:
  name: classic-networks-annotation
spec:
  policyName: classic-networks-annotation
