namespace Orleans.MLOps.Server.CommandLine;

/// <summary>One setting of a node and the names it has: on the command line, in the environment, in appsettings (or <c>Mlops__X</c>).</summary>
internal sealed record NodeSetting(string? Option, string Environment, string Key, string? Argument, string Help)
{
    public static readonly NodeSetting Data = new("--data", "MLOPS_DATA", "Mlops:Data", "DIR", "keep everything in DIR (default ./mlops-data)");
    public static readonly NodeSetting Http = new("--http", "MLOPS_HTTP", "Mlops:Http", "PORT", "HTTP port (default 8080, 0 takes a free one)");
    public static readonly NodeSetting Grpc = new("--grpc", "MLOPS_GRPC", "Mlops:Grpc", "PORT", "gRPC port (default 8081, 0 takes a free one)");
    public static readonly NodeSetting Listen = new("--listen", "MLOPS_LISTEN", "Mlops:Listen", "ADDRESS", "listen on this IP address (default 127.0.0.1; beyond loopback API keys are needed)");
    public static readonly NodeSetting TlsCertificate = new("--tls-certificate", "MLOPS_TLS_CERTIFICATE", "Mlops:Tls:Certificate", "FILE", "speak TLS with this PEM or PFX certificate (default: none)");
    public static readonly NodeSetting TlsKey = new("--tls-key", "MLOPS_TLS_KEY", "Mlops:Tls:Key", "FILE", "the certificate's PEM key, unless it stands in the same file");
    public static readonly NodeSetting Gateway = new("--orleans-gateway", "MLOPS_ORLEANS_GATEWAY", "Mlops:OrleansGateway", "PORT", "let Orleans clients in on this loopback port (default: none)");
    public static readonly NodeSetting Verbose = new("--verbose", "MLOPS_VERBOSE", "Mlops:Verbose", null, "log what happens, not only warnings");

    public static readonly NodeSetting ResetEnabled = new("--reset-enabled", "MLOPS_RESET_ENABLED", "Mlops:ResetEnabled", null, "development: let POST /api/dev/reset empty experiments and registry");

    public static readonly NodeSetting Models = new("--models", "MLOPS_MODELS", "Mlops:Models", "DIR", "serve the models of a folder, NAME/VERSION/model.onnx, and watch it");
    public static readonly NodeSetting Echo = new("--echo", "MLOPS_ECHO", "Mlops:Echo", null, "serve the built-in model echo, for conformance tests");
    public static readonly NodeSetting TorchScript = new("--torchscript", "MLOPS_TORCHSCRIPT", "Mlops:TorchScript", null, "open TorchScript files, which are programs: only where all who register models are trusted");

    public static readonly NodeSetting Otlp = new("--otlp", "MLOPS_OTLP", "Mlops:Otlp", "URL", "send traces to this OpenTelemetry collector, such as http://127.0.0.1:4317 (default: none)");

    public static readonly NodeSetting NoMetrics = new("--no-metrics", "MLOPS_NO_METRICS", "Mlops:NoMetrics", null, "count and time nothing for Prometheus; there is no /metrics then");

    public static readonly NodeSetting Mode = new("--mode", "MLOPS_MODE", "Mlops:Mode", "MODE", "embedded or cluster (default embedded)");
    public static readonly NodeSetting Blobs = new("--blobs", "MLOPS_BLOBS", "Mlops:Blobs", "DIR", "cluster: the blobs' folder, shared by all nodes");
    public static readonly NodeSetting ClusterName = new("--cluster", "MLOPS_CLUSTER", "Mlops:Cluster", "NAME", "cluster: its name (default mlops)");
    public static readonly NodeSetting SiloAddress = new("--silo-address", "MLOPS_SILO_ADDRESS", "Mlops:SiloAddress", "ADDRESS", "cluster: where other silos reach this one (default 127.0.0.1)");
    public static readonly NodeSetting SiloPort = new("--silo-port", "MLOPS_SILO_PORT", "Mlops:SiloPort", "PORT", "cluster: port for other silos (default 11111, 0 takes a free one)");
    public static readonly NodeSetting ExchangePort = new("--exchange-port", "MLOPS_EXCHANGE_PORT", "Mlops:ExchangePort", "PORT", "cluster: port for other silos' trainings (default 0, a free one)");
    public static readonly NodeSetting Role = new("--role", "MLOPS_ROLE", "Mlops:Role", "ROLE", "cluster: gateway, serving, training, several by commas, or all (default all)");
    public static readonly NodeSetting Accelerator = new("--accelerator", "MLOPS_ACCELERATOR", "Mlops:Accelerator", "KIND", "cluster: cpu or cuda (default cpu)");
    public static readonly NodeSetting DeathAfter = new("--death-after", "MLOPS_DEATH_AFTER", "Mlops:DeathAfter", "SECONDS", "cluster: a silo silent for so long is declared dead (default 15)");

    /// <summary>Has no option either.</summary>
    public static readonly NodeSetting Postgres = new(null, "MLOPS_POSTGRES", "Mlops:Postgres", "TEXT", "cluster: Npgsql connection string of its database");

    /// <summary>Has no option: other users of a machine can read command lines.</summary>
    public static readonly NodeSetting TlsPassword = new(null, "MLOPS_TLS_PASSWORD", "Mlops:Tls:Password", "TEXT", "password of the PFX file or of the PEM key");

    /// <summary>Those that mean nothing to an embedded node.</summary>
    public static readonly NodeSetting[] ClusterOnly = [Postgres, Blobs, ClusterName, SiloAddress, SiloPort, ExchangePort, Role, Accelerator, DeathAfter];

    /// <summary>Those that the command line takes.</summary>
    public static readonly NodeSetting[] All = [Data, Http, Grpc, Listen, TlsCertificate, TlsKey, Gateway, Mode, Blobs, ClusterName, SiloAddress, SiloPort, ExchangePort, Role, Accelerator, DeathAfter, Models, Echo, TorchScript, Otlp, NoMetrics, ResetEnabled, Verbose];
}
