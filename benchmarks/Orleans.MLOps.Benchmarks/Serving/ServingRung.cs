namespace Orleans.MLOps.Benchmarks.Serving;

/// <summary>The names of the cases, as they stand in the report.</summary>
internal static class ServingRung
{
    public const string Engine = "bare engine call";
    public const string Ping = "empty hosted grain ping";
    public const string Hosted = "predict in process";
    public const string TcpPing = "ping over TCP";
    public const string Tcp = "predict over TCP";
    public const string EmptyGrpc = "empty gRPC unary";
    public const string OwnGrpc = "our gRPC";
    public const string OpenGrpc = "OIP gRPC raw";
    public const string OpenRest = "OIP REST JSON";
    public const string TensorFlow = "TF Serving REST";
    public const string Sdk = "our gRPC through the SDK";
    public const string EmptyRest = "empty HTTP (GET /v2/health/live)";
    public const string PeerEmptyGrpc = "peer: empty gRPC unary";
    public const string PeerGrpc = "peer: OIP gRPC raw";
    public const string PeerEmptyRest = "peer: empty HTTP";
    public const string PeerRest = "peer: OIP REST JSON";

    /// <summary>The ladder, from its foot.</summary>
    public static readonly string[] Ladder = [Engine, Ping, Hosted, TcpPing, Tcp, EmptyGrpc, OwnGrpc, OpenGrpc, OpenRest, TensorFlow];

    /// <summary>The rung below: the one before in the ladder, or what stands there for a case beside it.</summary>
    public static string? Below(string name) => name switch
    {
        Sdk => OwnGrpc,
        PeerGrpc => PeerEmptyGrpc,
        PeerRest => PeerEmptyRest,
        _ => Array.IndexOf(Ladder, name) is > 0 and var at ? Ladder[at - 1] : null,
    };

    /// <summary>What the peer does of the same kind.</summary>
    public static string? Peer(string name) => name switch
    {
        EmptyGrpc => PeerEmptyGrpc,
        EmptyRest => PeerEmptyRest,
        OwnGrpc or OpenGrpc => PeerGrpc,
        OpenRest or TensorFlow => PeerRest,
        _ => null,
    };
}
