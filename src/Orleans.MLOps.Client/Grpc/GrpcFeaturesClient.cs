using Orleans.MLOps.Client.Wire;
using Orleans.MLOps.Features;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Client.Grpc;

internal sealed class GrpcFeaturesClient(W.Features.FeaturesClient client, GrpcCalls calls) : IFeaturesClient
{
    public async Task<FeatureViewInfo> ApplyAsync(
        FeatureViewDefinition definition, string dataset, string datasetDigest, CancellationToken cancellationToken = default)
    {
        var request = new W.ApplyFeatureViewRequest
        {
            Definition = RecordMapper<FeatureViewDefinition, W.FeatureViewDefinition>.ToMessage(definition),
            Dataset = dataset,
            DatasetDigest = datasetDigest,
        };
        return ToRecord(await calls.RepeatLongAsync(client.ApplyAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<FeatureViewInfo> GetAsync(
        string name, int? version = null, string project = "default", CancellationToken cancellationToken = default)
    {
        var request = new W.GetFeatureViewRequest { Project = project, Name = name };
        if (version is { } number)
        {
            request.Version = number;
        }

        return ToRecord(await calls.RepeatAsync(client.GetAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<FeatureFrame> MaterializeAsync(MaterializeView command, CancellationToken cancellationToken = default)
    {
        var request = RecordMapper<MaterializeView, W.MaterializeView>.ToMessage(command);
        return RecordMapper<FeatureFrame, W.FeatureFrame>.ToRecord(
            await calls.RepeatLongAsync(client.MaterializeAsync, request, cancellationToken).ConfigureAwait(false));
    }

    private static FeatureViewInfo ToRecord(W.FeatureViewInfo view) => RecordMapper<FeatureViewInfo, W.FeatureViewInfo>.ToRecord(view);
}
