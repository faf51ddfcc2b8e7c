// The parts of Docker's answers that no stack changes, as the recorded hosts (Docker 20.10) gave them.
#pragma once

namespace portainer_double {

constexpr const char* host_config_template =
    R"json({"AutoRemove": false, "Binds": null, "BlkioDeviceReadBps": null, "BlkioDeviceReadIOps": null,
"BlkioDeviceWriteBps": null, "BlkioDeviceWriteIOps": null, "BlkioWeight": 0, "BlkioWeightDevice": null,
"CapAdd": null, "CapDrop": null, "Cgroup": "", "CgroupParent": "", "CgroupnsMode": "host", "ConsoleSize": [0,
0], "ContainerIDFile": "", "CpuCount": 0, "CpuPercent": 0, "CpuPeriod": 0, "CpuQuota": 0,
"CpuRealtimePeriod": 0, "CpuRealtimeRuntime": 0, "CpuShares": 0, "CpusetCpus": "", "CpusetMems": "",
"DeviceCgroupRules": null, "DeviceRequests": null, "Devices": null, "Dns": null, "DnsOptions": null,
"DnsSearch": null, "ExtraHosts": [], "GroupAdd": null, "IOMaximumBandwidth": 0, "IOMaximumIOps": 0,
"IpcMode": "private", "Isolation": "", "KernelMemory": 0, "KernelMemoryTCP": 0, "Links": null,
"LogConfig": {"Config": {}, "Type": "json-file"}, "MaskedPaths": ["/proc/asound", "/proc/acpi", "/proc/kcore",
"/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi",
"/sys/firmware"], "Memory": 0, "MemoryReservation": 0, "MemorySwap": 0, "MemorySwappiness": null, "NanoCpus": 0,
"NetworkMode": "s-admin_default", "OomKillDisable": false, "OomScoreAdj": 0, "PidMode": "", "PidsLimit": null,
"PortBindings": {}, "Privileged": false, "PublishAllPorts": false, "ReadonlyPaths": ["/proc/bus", "/proc/fs",
"/proc/irq", "/proc/sys", "/proc/sysrq-trigger"], "ReadonlyRootfs": false,
"RestartPolicy": {"MaximumRetryCount": 0, "Name": ""}, "Runtime": "runc", "SecurityOpt": null,
"ShmSize": 67108864, "UTSMode": "", "Ulimits": null, "UsernsMode": "", "VolumeDriver": "", "VolumesFrom": null})json";

constexpr const char* info_template =
    R"json({"ID": "32GY:T6HD:OWDE:PASM:K3ZN:YCWO:2REI:2BZD:P2KF:N4CJ:ATW6:OIJJ", "Containers": 12, "ContainersRunning": 12,
"ContainersPaused": 0, "ContainersStopped": 0, "Images": 3, "Driver": "overlay2",
"Plugins": {"Volume": ["local"], "Network": ["bridge", "host", "ipvlan", "macvlan", "null", "overlay"],
"Authorization": null, "Log": ["awslogs", "fluentd", "gcplogs", "gelf", "journald", "json-file", "local",
"logentries", "splunk", "syslog"]}, "MemoryLimit": true, "SwapLimit": true, "KernelMemory": true,
"KernelMemoryTCP": true, "CpuCfsPeriod": true, "CpuCfsQuota": true, "CPUShares": true, "CPUSet": true,
"PidsLimit": true, "IPv4Forwarding": true, "BridgeNfIptables": true, "BridgeNfIp6tables": true, "Debug": false,
"OomKillDisable": true, "LoggingDriver": "json-file", "CgroupDriver": "cgroupfs", "CgroupVersion": "1",
"NEventsListener": 0, "OperatingSystem": "Debian GNU/Linux 12 (bookworm)", "OSVersion": "12", "OSType": "linux",
"Architecture": "x86_64", "IndexServerAddress": "https://registry.example.test/v1/",
"RegistryConfig": {"AllowNondistributableArtifactsCIDRs": [], "AllowNondistributableArtifactsHostnames": [],
"InsecureRegistryCIDRs": ["127.0.0.0/8"], "IndexConfigs": {"docker.io": {"Name": "docker.io", "Mirrors": [],
"Secure": true, "Official": true}}, "Mirrors": []}, "NCPU": 2, "GenericResources": null,
"DockerRootDir": "/var/lib/docker", "HttpProxy": "", "HttpsProxy": "", "NoProxy": "", "Name": "docker-host",
"Labels": [], "ExperimentalBuild": false, "ServerVersion": "20.10.24+dfsg1", "DefaultRuntime": "runc",
"Swarm": {"NodeID": "", "NodeAddr": "", "LocalNodeState": "inactive", "ControlAvailable": false, "Error": "",
"RemoteManagers": null}, "LiveRestoreEnabled": false, "Isolation": "", "InitBinary": "docker-init",
"InitCommit": {"ID": "", "Expected": ""}, "Warnings": null})json";

constexpr const char* version_template =
    R"json({"Platform": {"Name": ""}, "Components": [{"Name": "Engine", "Version": "20.10.24+dfsg1",
"Details": {"ApiVersion": "1.41", "Arch": "amd64", "BuildTime": "2026-05-07T21:09:36.000000000+00:00",
"Experimental": "false", "GitCommit": "5d6db84", "GoVersion": "go1.19.8", "MinAPIVersion": "1.12",
"Os": "linux"}}, {"Name": "containerd", "Version": "1.6.20~ds1",
"Details": {"GitCommit": "1.6.20~ds1-1+deb12u3"}}, {"Name": "runc", "Version": "1.1.5+ds1",
"Details": {"GitCommit": "1.1.5+ds1-1+deb12u1"}}, {"Name": "docker-init", "Version": "0.19.0",
"Details": {"GitCommit": ""}}], "Version": "20.10.24+dfsg1", "ApiVersion": "1.41", "MinAPIVersion": "1.12",
"GitCommit": "5d6db84", "GoVersion": "go1.19.8", "Os": "linux", "Arch": "amd64",
"BuildTime": "2026-05-07T21:09:36.000000000+00:00"})json";

constexpr const char* swarm_template =
    R"json({"CreatedAt": "2026-11-24T00:16:34.807936095Z", "DataPathPort": 4789, "DefaultAddrPool": null,
"ID": "avg50968fh0k8qbcrh0ynybg1", "RootRotationInProgress": false,
"Spec": {"CAConfig": {"NodeCertExpiry": 7776000000000000}, "Dispatcher": {"HeartbeatPeriod": 5000000000},
"EncryptionConfig": {"AutoLockManagers": false}, "Labels": {}, "Name": "default",
"Orchestration": {"TaskHistoryRetentionLimit": 5}, "Raft": {"ElectionTick": 10, "HeartbeatTick": 1,
"KeepOldSnapshots": 0, "LogEntriesForSlowFollowers": 500, "SnapshotInterval": 10000}, "TaskDefaults": {}},
"SubnetSize": 24, "UpdatedAt": "2026-11-24T00:16:35.423374277Z", "Version": {"Index": 10}})json";

} // namespace portainer_double
