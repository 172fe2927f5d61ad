namespace Orleans.MLOps.Grains.Features;

/// <summary>A feature frame in memory, column by column, in the frame's order (event time, then row id).</summary>
/// <param name="Rows">Examples; every array has as many entries.</param>
/// <param name="EventTimes">When each prediction is asked, UTC microseconds.</param>
/// <param name="AvailableAt">When each answer is known, UTC microseconds; <see cref="long.MaxValue"/> while it is not.</param>
/// <param name="Labels">The answers, 0 or 1; NaN while not known.</param>
/// <param name="Numeric">One array per numeric feature; NaN is missing.</param>
/// <param name="Categorical">One array per text feature; equal texts are one object, the empty text is missing.</param>
internal sealed record FrameData(int Rows, long[] EventTimes, long[] AvailableAt, float[] Labels, double[][] Numeric, string[][] Categorical);
