using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Learning.Serving;

namespace Orleans.MLOps.Grains.Tests.Serving;

public sealed class MicroBatcherTests : IDisposable
{
    private const int UnknownCategory = 1_000;

    private readonly OnnxScorer _scorer = new(OnnxExporter.Export(ServingSamples.Network, WeightInitializer.Create(ServingSamples.Network, 1)));

    public void Dispose() => _scorer.Dispose();

    [Fact]
    public void ScoreAsync_Idle_AnswersAtOnce()
    {
        var batcher = new MicroBatcher(_scorer);
        var probabilities = new float[1];
        for (var i = 0; i < 100; i++)
        {
            Assert.True(batcher.ScoreAsync([i], [0], 1, probabilities).AsTask().IsCompletedSuccessfully);
            Assert.Equal(Alone(i), probabilities[0]);
        }
    }

    [Fact]
    public async Task ScoreAsync_ManyCallers_AllGetTheirOwnAnswers() => await Task.WhenAll(Callers(async (batcher, caller) =>
    {
        for (var i = 0; i < 500; i++)
        {
            float[] numbers = [.. Enumerable.Range(0, 1 + (i % 3)).Select(row => ((caller * 31) + i + row) % 7)];
            var probabilities = new float[numbers.Length];
            await batcher.ScoreAsync(numbers, new long[numbers.Length], numbers.Length, probabilities);
            for (var row = 0; row < numbers.Length; row++)
            {
                Assert.Equal(Alone(numbers[row]), probabilities[row], 1e-6f);
            }
        }
    }));

    [Fact]
    public async Task ScoreAsync_WrongRowsAmongMany_EveryCallerIsAnswered()
    {
        var answered = 0;
        await Task.WhenAll(Callers(async (batcher, caller) =>
        {
            for (var i = 0; i < 200; i++)
            {
                var wrong = (caller + i) % 5 == 0;
                var probabilities = new float[1];
                try
                {
                    await batcher.ScoreAsync([1], [wrong ? UnknownCategory : 0], 1, probabilities);
                    Assert.False(wrong);
                    Assert.Equal(Alone(1), probabilities[0], 1e-6f);
                }
                catch (ArgumentException)
                {
                    // Those that shared the wrong caller's batch are told as well.
                }

                Interlocked.Increment(ref answered);
            }
        }));

        Assert.Equal(16 * 200, answered);
    }

    [Fact]
    public async Task ScoreAsync_AfterAnError_GoesOn()
    {
        var batcher = new MicroBatcher(_scorer);
        await Assert.ThrowsAsync<ArgumentException>(async () => await batcher.ScoreAsync([1], [UnknownCategory], 1, new float[1]));

        var probabilities = new float[1];
        Assert.True(batcher.ScoreAsync([1], [0], 1, probabilities).AsTask().IsCompletedSuccessfully);
        Assert.Equal(Alone(1), probabilities[0]);
    }

    private IEnumerable<Task> Callers(Func<MicroBatcher, int, Task> call)
    {
        var batcher = new MicroBatcher(_scorer);
        return Enumerable.Range(0, 16).Select(caller => Task.Run(() => call(batcher, caller)));
    }

    private float Alone(float number)
    {
        var probability = new float[1];
        _scorer.Score([number], [0], 1, probability);
        return probability[0];
    }
}
