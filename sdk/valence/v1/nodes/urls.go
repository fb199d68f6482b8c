package nodes

func listPath() []string { return []string{"nodes"} }

func managePath() []string { return []string{"nodes", "manage"} }

func itemPath(id string) []string { return []string{"nodes", id} }

func actionPath(id string) []string { return []string{"nodes", id, "action"} }

func assetsPath(id string) []string { return []string{"nodes", id, "assets"} }

func registerPath(id string) []string { return []string{"nodes", id, "register"} }
