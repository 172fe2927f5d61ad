using Orleans.Concurrency;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

[StatelessWorker, Reentrant, GrainType("mlops-inference")]
internal sealed class InferenceGrain(InferenceService service) : Grain, IInferenceGrain
{
    private EndpointKey _key;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = EndpointKey.Parse(this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    public Task<ServeReply> Serve(ServeRequest request, CancellationToken cancellationToken) => service.ServeAsync(_key, request, cancellationToken);

    public Task<InferReply> Infer(InferRequest request, CancellationToken cancellationToken) => service.InferAsync(_key, request, cancellationToken);

    public Task<ReportedPredictions> Report(ReportPredictions report, CancellationToken cancellationToken) => service.ReportAsync(_key, report, cancellationToken);

    public Task<ServedEndpoint> Describe(DescribeEndpoint query, CancellationToken cancellationToken) => service.DescribeAsync(_key, query);

    public Task<PayloadPage> ReadPayloads(PayloadQuery query, CancellationToken cancellationToken) => service.ReadPayloadsAsync(_key, query, cancellationToken);

    public Task Flush(CancellationToken cancellationToken) => service.FlushAsync(_key, cancellationToken);
}
