package nodes

func listPath() []string { return []string{"nodes"} }

func itemPath(id string) []string { return []string{"nodes", id} }

func actionPath(id string) []string { return []string{"nodes", id, "action"} }
