namespace Orleans.MLOps.Benchmarks.Cases;

/// <summary>The names of the serving ladder's cases, as they stand in the report.</summary>
internal static class Rung
{
    public const string Scorer = "L0 ONNX scorer in a loop";
    public const string Append = "D  durable append of one row's batch";
    public const string Ping = "L2 empty grain call";
    public const string Grain = "L4 predict through the grain, no monitor";
    public const string GrainSampled = "L4 predict through the grain, monitored, sampled";
    public const string GrainDurable = "L4 predict through the grain, monitored, durable";
    public const string Empty = "L5 empty gRPC call";
    public const string Door = "L6 predict over gRPC, no monitor";
    public const string DoorSampled = "L6 predict over gRPC, monitored, sampled";
    public const string DoorDurable = "L6 predict over gRPC, monitored, durable";

    /// <summary>The bare operations below a case, nearest first.</summary>
    public static string[] Below(string rung) => rung switch
    {
        Grain => [Ping, Scorer],
        GrainSampled => [Grain, Ping],
        GrainDurable => [Append, Grain],
        Door => [Empty, Grain],
        DoorSampled => [Empty, GrainSampled],
        DoorDurable => [Empty, GrainDurable],
        _ => [],
    };
}
