using Orleans.MLOps.Features;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Serving;
using Orleans.Serialization;

namespace Orleans.MLOps.Grains.Serving.Payloads;

/// <summary>Where a route whose endpoint keeps payloads gives its answered requests.</summary>
internal sealed class PayloadTap(PayloadLogSpec spec, int revision, PayloadBuffer buffer, Serializer<LoggedPayload> serializer, PlatformClock clock)
{
    public PayloadLogReport Report => buffer.Report;

    public void Offer(InferRequest request, InferReply reply)
    {
        if (PayloadSampling.IsChosen(spec.SampleRate, request.RequestId))
        {
            Keep(request, reply);
        }
    }

    public void Offer(PredictRequest request, PredictReply reply)
    {
        if (reply.Probabilities.Length > 0 && PayloadSampling.IsChosen(spec.SampleRate, request.OperationId))
        {
            Keep(request, reply);
        }
    }

    // What is captured is allocated where a method begins, so requests that are not chosen stay outside.
    private void Keep(InferRequest request, InferReply reply) => buffer.Offer(spec, Bytes(request.Inputs) + Bytes(reply.Outputs), () => serializer.SerializeToArray(new LoggedPayload
    {
        RequestId = request.RequestId,
        At = clock.WallNow,
        Revision = revision,
        Version = reply.Version,
        Variant = reply.Variant,
        Inputs = request.Inputs,
        Outputs = reply.Outputs,
    }));

    private void Keep(PredictRequest request, PredictReply reply) => buffer.Offer(spec, Bytes(request.Columns), () => serializer.SerializeToArray(new LoggedPayload
    {
        RequestId = request.OperationId,
        At = clock.WallNow,
        Revision = revision,
        Columns = request.Columns,
        Predictions = reply,
    }));

    private static long Bytes(Tensor[] tensors)
    {
        var bytes = 0L;
        foreach (var tensor in tensors)
        {
            bytes += tensor.Data.Length;
        }

        return bytes;
    }

    private static long Bytes(FeatureColumn[] columns)
    {
        var bytes = 0L;
        foreach (var column in columns)
        {
            bytes += (column.Numbers?.Length ?? 0) * (long)sizeof(double);
        }

        return bytes;
    }
}
