namespace Orleans.MLOps.Grains.Features;

/// <summary>A feature frame in memory, by column. Only labelled examples whose answer's availability is known.</summary>
/// <param name="Rows">Examples.</param>
/// <param name="EventTimes">When each was asked, UTC microseconds.</param>
/// <param name="AvailableAt">When each answer became known, UTC microseconds.</param>
/// <param name="Labels">0 or 1.</param>
/// <param name="Numeric">One column a numeric feature, NaN for missing.</param>
/// <param name="Categorical">One column a text feature, empty for missing; equal texts are one object.</param>
internal sealed record FrameData(int Rows, long[] EventTimes, long[] AvailableAt, float[] Labels, double[][] Numeric, string[][] Categorical);
