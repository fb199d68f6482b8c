package resource

import "github.com/gophercloud/gophercloud/v2"

// Query makes a query out of options whose fields have the tag q, and of
// further filters by their names. It comes with its question mark, or is empty.
func Query(opts any, filters map[string]string) (string, error) {
	u, err := gophercloud.BuildQueryString(opts)
	if err != nil {
		return "", err
	}
	query := u.Query()
	for name, value := range filters {
		query.Set(name, value)
	}
	u.RawQuery = query.Encode()
	return u.String(), nil
}
