using Grpc.Core;
using Orleans.MLOps.Client.Wire;
using Orleans.MLOps.Features;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Gateway.Features;

internal sealed class FeaturesService(IMlopsClient client) : W.Features.FeaturesBase
{
    public override async Task<W.FeatureViewInfo> Apply(W.ApplyFeatureViewRequest request, ServerCallContext context)
    {
        var definition = RecordMapper<FeatureViewDefinition, W.FeatureViewDefinition>.ToRecord(request.Definition, "definition");
        return ToMessage(await client.Features.ApplyAsync(
            definition, request.Dataset, request.DatasetDigest, context.CancellationToken).ConfigureAwait(false));
    }

    public override async Task<W.FeatureViewInfo> Get(W.GetFeatureViewRequest request, ServerCallContext context) =>
        ToMessage(await client.Features.GetAsync(
            request.Name,
            request.HasVersion ? request.Version : null,
            Project.Of(request.HasProject, request.Project),
            context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.FeatureFrame> Materialize(W.MaterializeView request, ServerCallContext context)
    {
        var command = RecordMapper<MaterializeView, W.MaterializeView>.ToRecord(request);
        return RecordMapper<FeatureFrame, W.FeatureFrame>.ToMessage(
            await client.Features.MaterializeAsync(command, context.CancellationToken).ConfigureAwait(false));
    }

    private static W.FeatureViewInfo ToMessage(FeatureViewInfo view) => RecordMapper<FeatureViewInfo, W.FeatureViewInfo>.ToMessage(view);
}
