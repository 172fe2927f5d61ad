namespace Orleans.MLOps.Benchmarks.Serving.Load;

/// <summary>The generators of this machine: wrk and h2load where they are installed, this program where not.</summary>
internal sealed class DoorLoads(string folder)
{
    private readonly IDoorLoad _rest = Programs.Has("wrk") ? new WrkLoad(folder) : new CompiledLoad();
    private readonly IDoorLoad _grpc = Programs.Has("h2load") ? new H2Load(folder) : new CompiledLoad();

    public string Describe => $"REST is driven by {_rest.Program}, gRPC by {_grpc.Program}, the SDK by this program";

    public Task<LoadResult> RunAsync(Door door, int callers, TimeSpan duration) => (door.Protocol == DoorProtocol.Rest ? _rest : _grpc).RunAsync(door, callers, duration);
}
