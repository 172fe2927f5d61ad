using System.Collections.Concurrent;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Client.Cohosted;

/// <summary>References to inference grains by endpoint, kept because building the key costs more than the look-up; a silo in this process is asked directly.</summary>
internal sealed class InferenceGrains(KnownGrains grains)
{
    private const int Capacity = 4096;
    private readonly ConcurrentDictionary<EndpointKey, IInferenceGrain> references = new();

    /// <summary>Serves once: what is asked is recorded.</summary>
    public Task<ServeReply> ServeAsync(ServeRequest request, CancellationToken cancellationToken) =>
        grains.Local?.TryServe(new(request.Predict.Project, request.Predict.Endpoint), request, cancellationToken) is { } answer ? GrainCalls.Typed(answer) : GrainCalls.OnceAsync(
            static (grain, request, token) => grain.Serve(request, token), Get(request.Predict.Project, request.Predict.Endpoint), request, cancellationToken);

    /// <summary>Infers once: an attempt that failed may still be in a queue.</summary>
    public Task<InferReply> InferAsync(InferRequest request, CancellationToken cancellationToken) =>
        grains.Local?.TryInfer(new(request.Project, request.Endpoint), request, cancellationToken) is { } answer ? GrainCalls.Typed(answer) : GrainCalls.OnceAsync(
            static (grain, request, token) => grain.Infer(request, token), Get(request.Project, request.Endpoint), request, cancellationToken);

    /// <summary>Reports once: what is reported is recorded.</summary>
    public Task<ReportedPredictions> ReportAsync(ReportPredictions report, CancellationToken cancellationToken) => GrainCalls.OnceAsync(
        static (grain, report, token) => grain.Report(report, token), Get(report.Project, report.Endpoint), report, cancellationToken);

    public IInferenceGrain Get(string project, string endpoint)
    {
        var key = new EndpointKey(project, endpoint);
        return references.TryGetValue(key, out var grain) ? grain : Add(key);
    }

    private IInferenceGrain Add(EndpointKey key)
    {
        var grain = grains.Get<IInferenceGrain>(key.ToString());

        // Callers choose the names, so the cache starts over instead of growing without bound.
        if (references.Count >= Capacity)
        {
            references.Clear();
        }

        references[key] = grain;
        return grain;
    }
}
