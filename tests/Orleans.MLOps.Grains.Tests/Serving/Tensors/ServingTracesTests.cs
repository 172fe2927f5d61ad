using System.Collections.Concurrent;
using System.Diagnostics;
using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Tests.Serving.Tensors;

public sealed class ServingTracesTests(ReplayPlatform platform) : IClassFixture<ReplayPlatform>
{
    [Fact]
    public async Task Infer_WhileSomebodyListens_IsASpanWithItsPartsBelow()
    {
        var name = ReplayPlatform.NewName();
        await platform.Client.Models.RegisterAsync(new RegisterModelVersion
        {
            Model = name,
            OperationId = "1",
            Onnx = await platform.Client.Models.UploadAsync(File.OpenRead(TensorSamples.MlpFile)),
        });
        await platform.Client.Serving.DeployAsync(ReplayPlatform.Command(name, 1));
        var request = new InferRequest { Endpoint = name, Inputs = [TensorSamples.Floats("input", [2, 16], new float[32])] };

        var spans = await ListenAsync(name, async () =>
        {
            await platform.Client.Serving.InferAsync(request);
            await Assert.ThrowsAsync<InvalidInputException>(() => platform.Client.Serving.InferAsync(request with { Inputs = [] }));
        });

        var answered = Assert.Single(spans, span => span.OperationName == $"infer {name}" && span.Status == ActivityStatusCode.Unset);
        Assert.Equal((1, "v1", 2), (answered.GetTagItem("mlops.model.version"), answered.GetTagItem("mlops.variant"), answered.GetTagItem("mlops.batch.rows")));
        var parts = spans.Where(span => span.ParentSpanId == answered.SpanId).OrderBy(span => span.StartTimeUtc).ToArray();
        Assert.Equal(["queue", "engine"], parts.Select(part => part.OperationName));
        Assert.All(parts, part => Assert.Equal(answered.TraceId, part.TraceId));
        var refused = Assert.Single(spans, span => span.OperationName == $"infer {name}" && span.Status == ActivityStatusCode.Error);
        Assert.Equal("InvalidInput", refused.GetTagItem("error.type"));
    }

    [Fact]
    public async Task Predict_WhileSomebodyListens_IsASpanWithItsPartsBelow()
    {
        var name = await platform.ServeAsync();

        var spans = await ListenAsync(name, () => platform.PredictAsync(name, 1, 2, 3));

        var span = Assert.Single(spans, span => span.OperationName == $"predict {name}");
        Assert.Equal(("1", 3, 3), (span.GetTagItem("mlops.model.version"), span.GetTagItem("mlops.rows"), span.GetTagItem("mlops.batch.rows")));
        var parts = spans.Where(part => part.ParentSpanId == span.SpanId).OrderBy(part => part.StartTimeUtc).ToArray();
        Assert.Equal(["queue", "engine"], parts.Select(part => part.OperationName).OrderDescending());
        Assert.All(parts, part => Assert.True(part.StartTimeUtc + part.Duration <= span.StartTimeUtc + span.Duration));
    }

    private static async Task<Activity[]> ListenAsync(string endpoint, Func<Task> work)
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ServingTraces.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await work();

        // Other tests of this process may ask other endpoints meanwhile.
        var own = spans.Where(span => span.GetTagItem("mlops.endpoint") is string name && name == endpoint).Select(span => span.TraceId).ToHashSet();
        return [.. spans.Where(span => own.Contains(span.TraceId))];
    }
}
