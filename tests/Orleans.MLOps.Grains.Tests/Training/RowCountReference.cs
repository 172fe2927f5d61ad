using Orleans.MLOps.Grains.Features;
using Orleans.MLOps.Grains.Training;

namespace Orleans.MLOps.Grains.Tests.Training;

/// <summary>A reference that only tells how many rows it saw.</summary>
internal sealed class RowCountReference : ITrainingReference
{
    public byte[] Build(FrameData frame, int[] trainRows, int[] holdoutRows, float[] holdoutProbabilities, string[] numeric, string[] categorical) =>
        System.Text.Encoding.UTF8.GetBytes($"{frame.Rows} {trainRows.Length} {holdoutRows.Length} {holdoutProbabilities.Length}");
}
