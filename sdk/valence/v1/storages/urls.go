package storages

func listPath() []string { return []string{"storages"} }

func itemPath(id string) []string { return []string{"storages", id} }

func actionPath(id string) []string { return []string{"storages", id, "action"} }

func attachmentsPath(nodeID string) []string { return []string{"nodes", nodeID, "storages"} }

func attachmentPath(nodeID, id string) []string { return []string{"nodes", nodeID, "storages", id} }
