using System.Diagnostics;
using Orleans.MLOps.Learning.Serving;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving.Tensors;

/// <summary>Answers tensors by a route of general models.</summary>
internal static class TensorInference
{
    /// <summary>Answers a request that may enter; completes synchronously when the engine is idle and its calls are short.</summary>
    /// <exception cref="MLOpsException">The tensors are none that the model takes, or it could not be computed.</exception>
    public static Task<InferReply> InferAsync(Route route, InferRequest request, Activity? span, CancellationToken cancellationToken)
    {
        var variant = route.Choose(request);
        var rows = TensorRules.Check(variant.Model.Signature, request, route.Endpoint.Limits);
        var queued = new QueuedInference(InOrder(variant.Model.Signature, request.Inputs), request.Outputs, rows, request.Priority, Stopwatch.GetTimestamp());
        var done = variant.Queue.RunAsync(queued, request.Timeout, cancellationToken);
        return done.IsCompletedSuccessfully && route.Shadow is null ? Task.FromResult(Reply(route, variant, done.Result, span)) : FinishAsync(route, variant, queued, done, span);
    }

    private static async Task<InferReply> FinishAsync(Route route, RouteVariant variant, QueuedInference queued, Task<InferenceResult> done, Activity? span)
    {
        var result = await done;
        if (route.Shadow is { Model: TensorModel shadow } traffic)
        {
            traffic.Offer(
                tolerance => TensorDifference.Of(result.Outputs, Array.ConvertAll(shadow.Engine.Run(queued.Inputs, queued.Wanted), output => TensorBatch.ToTensor(output)), tolerance),
                route);
        }

        return Reply(route, variant, result, span);
    }

    private static InferReply Reply(Route route, RouteVariant variant, InferenceResult result, Activity? span)
    {
        ServingMeter.Record(route.MetricName, variant.VersionText, result.Times);
        ServingTraces.Computed(span, result.Times);
        return new() { Version = variant.Spec.Version, Variant = variant.Spec.Name, Outputs = result.Outputs, Times = result.Times.ToContract() };
    }

    /// <summary>Inputs in the order of the signature.</summary>
    public static EngineTensor[] InOrder(TensorSignature signature, Tensor[] inputs)
    {
        var ordered = new EngineTensor[inputs.Length];
        var next = 0;
        foreach (var spec in signature.Inputs)
        {
            foreach (var input in inputs)
            {
                if (input.Name == spec.Name)
                {
                    ordered[next++] = new EngineTensor(input.Name, (ElementType)input.Type, input.Shape, input.Data);
                    break;
                }
            }
        }

        return ordered;
    }
}
