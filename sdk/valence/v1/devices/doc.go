/*
Package devices lists the pooled devices that the Valence service has found on
its pod managers, such as drives, accelerators and network adapters behind a
switch, and has it look for them again. It knows the REST API (docs/api.md) and
nothing of pod managers or of Redfish.

Example to List Devices

	allPages, err := devices.List(client, devices.ListOpts{State: devices.StateFree}).AllPages(ctx)
	if err != nil {
		panic(err)
	}

	allDevices, err := devices.ExtractDevices(allPages)
	if err != nil {
		panic(err)
	}

	for _, device := range allDevices {
		fmt.Printf("%+v\n", device)
	}

Example to Find a Device by Its Path on the Pod Manager

	device, err := devices.Find(ctx, client, "Chassis/3-c-1/Drives/1")
	if err != nil {
		panic(err)
	}

Example to Look for Devices Again

	results, err := devices.Sync(ctx, client, devices.SyncOpts{}).Extract()
	if err != nil {
		panic(err)
	}

	for _, r := range results {
		fmt.Println(r.PodManagerID, r.Status, r.Detail)
	}
*/
package devices
