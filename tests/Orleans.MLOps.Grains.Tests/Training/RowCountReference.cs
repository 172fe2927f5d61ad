using Orleans.MLOps.Grains.Features;
using Orleans.MLOps.Grains.Training;

namespace Orleans.MLOps.Grains.Tests.Training;

/// <summary>A reference that only tells how many rows it saw, once the test lets it.</summary>
internal sealed class RowCountReference : ITrainingReference, IDisposable
{
    /// <summary>Keeps jobs, while it is reset, between their training and their end.</summary>
    public ManualResetEventSlim Open { get; } = new(initialState: true);

    public byte[] Build(FrameData frame, int[] trainRows, int[] holdoutRows, float[] holdoutProbabilities, string[] numeric, string[] categorical)
    {
        Open.Wait();
        return System.Text.Encoding.UTF8.GetBytes($"{frame.Rows} {trainRows.Length} {holdoutRows.Length} {holdoutProbabilities.Length}");
    }

    /// <summary>Lets go whoever waits when the silo stops.</summary>
    public void Dispose() => Open.Set();
}
