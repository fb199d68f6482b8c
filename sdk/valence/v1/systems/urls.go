package systems

func listPath() []string { return []string{"systems"} }

func itemPath(id string) []string { return []string{"systems", id} }

func inventoryPath(id string) []string { return []string{"systems", id, "inventory"} }
