using System.Collections.Concurrent;
using System.Diagnostics;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Tests.Serving.Tensors;

public sealed class SwitchTests(ReplayPlatform platform) : IClassFixture<ReplayPlatform>
{
    private const int Switches = 40;
    private const int Callers = 8;

    [Fact]
    public async Task Deploy_UnderLoad_FailsNobodyAndAnswersNothingOldAfterItsAcknowledgement()
    {
        var name = ReplayPlatform.NewName();
        foreach (var operation in new[] { "1", "2" })
        {
            await platform.Client.Models.RegisterAsync(new RegisterModelVersion
            {
                Model = name,
                OperationId = operation,
                Onnx = await platform.Client.Models.UploadAsync(File.OpenRead(TensorSamples.MlpFile)),
            });
        }

        await DeployAsync(name, 1);
        using var done = new CancellationTokenSource();
        var answers = new ConcurrentQueue<(long Asked, long Answered, int Version)>();
        var callers = Enumerable.Range(0, Callers).Select(_ => Task.Run(() => CallAsync(name, answers, done.Token))).ToArray();
        var switches = new List<(long Begun, long Acknowledged, int Version)>();
        for (var i = 0; i < Switches; i++)
        {
            var version = 2 - (i % 2);
            var begun = Stopwatch.GetTimestamp();
            await DeployAsync(name, version);
            switches.Add((begun, Stopwatch.GetTimestamp(), version));

            // Some answers come between two switches.
            var count = answers.Count;
            while (answers.Count < count + Callers)
            {
                await Task.Yield();
            }
        }

        await done.CancelAsync();
        await Task.WhenAll(callers);

        Assert.True(answers.Count > Switches * Callers);
        foreach (var (at, index) in switches.Select((at, index) => (at, index)))
        {
            var next = index + 1 < switches.Count ? switches[index + 1].Begun : long.MaxValue;
            Assert.All(answers.Where(answer => answer.Asked >= at.Acknowledged && answer.Answered <= next), answer => Assert.Equal(at.Version, answer.Version));
        }
    }

    private async Task CallAsync(string name, ConcurrentQueue<(long Asked, long Answered, int Version)> answers, CancellationToken done)
    {
        var request = new InferRequest { Endpoint = name, Inputs = [TensorSamples.Floats("input", [1, 16], new float[16])] };
        while (!done.IsCancellationRequested)
        {
            var asked = Stopwatch.GetTimestamp();
            var reply = await platform.Client.Serving.InferAsync(request, CancellationToken.None);
            answers.Enqueue((asked, Stopwatch.GetTimestamp(), reply.Version));
        }
    }

    private Task<EndpointInfo> DeployAsync(string name, int version) => platform.Client.Serving.DeployAsync(ReplayPlatform.Command(name, version));
}
