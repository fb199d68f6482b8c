/*
Package valence is the entrance of the Go client library: it makes clients of
the Valence service, and holds what the resource packages under v1 have in
common, which is errors, paging and composition properties.

It builds on gophercloud. A client of Valence is an ordinary
gophercloud.ServiceClient, and the resource packages are laid out and used like
gophercloud's own. The package knows nothing of the shell, of plugins, or of
how a caller signs in: that is the business of the ProviderClient or the
http.Client that it is given. It logs nothing and keeps no state.

Example of a client by the service catalog

	authOptions, err := openstack.AuthOptionsFromEnv()
	if err != nil {
		panic(err)
	}
	provider, err := openstack.AuthenticatedClient(ctx, authOptions)
	if err != nil {
		panic(err)
	}
	client, err := valence.NewServiceClient(provider, gophercloud.EndpointOpts{
		Region: os.Getenv("OS_REGION_NAME"),
	})
	if err != nil {
		panic(err)
	}

Example of a client without authentication

	client, err := valence.NewClient("http://127.0.0.1:8181", nil)
	if err != nil {
		panic(err)
	}

Example of listing nodes

	for node, err := range nodes.All(ctx, client, nodes.ListOpts{}) {
		if err != nil {
			panic(err)
		}
		fmt.Println(node.UUID, node.Name)
	}

Example of telling errors apart

	_, err = nodes.Get(ctx, client, id).Extract()
	if gophercloud.ResponseCodeIs(err, http.StatusNotFound) {
		fmt.Println("no such node")
	}
	var answer *valence.Error
	if errors.As(err, &answer) {
		fmt.Println(answer.Status, answer.Title, answer.Detail, answer.RequestID())
	}
*/
package valence
