using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

[GenerateSerializer, Alias("mlops.state.endpoint")]
internal sealed class EndpointState
{
    [Id(0)]
    public EndpointInfo? Info { get; set; }

    /// <summary>The latest operations and the revision each made, oldest first.</summary>
    [Id(1)]
    public List<KeyValuePair<string, int>> Operations { get; set; } = [];

    /// <summary>What each of those operations was asked to do, as a digest; absent for operations of earlier releases.</summary>
    [Id(2)]
    public Dictionary<string, string> Commands { get; set; } = [];

    /// <summary>The last revision of an endpoint that was removed; revisions of a new one go on from it, so that no silo takes an old route for a newer one.</summary>
    [Id(3)]
    public int RemovedRevision { get; set; }
}
