using System.Numerics;
using System.Runtime.InteropServices;

namespace Orleans.MLOps.Learning.Training;

/// <summary>
/// Adam (Kingma and Ba 2015) with decoupled weight decay (Loshchilov and Hutter 2019) over one flat vector. Element by element and without
/// fused operations, so the result does not depend on the vector width of the machine.
/// </summary>
internal sealed class AdamState(TrainingPlan plan, int length)
{
    public float[] Means { get; } = new float[length];

    public float[] Squares { get; } = new float[length];

    /// <summary>Makes one step.</summary>
    /// <param name="step">Number of this step, from 1.</param>
    /// <param name="weights">Changed in place.</param>
    /// <param name="gradient">Sum of gradients.</param>
    /// <param name="gradientScale">Turns the sum into the mean.</param>
    public void Step(long step, Span<float> weights, ReadOnlySpan<float> gradient, float gradientScale)
    {
        var rate = (float)(plan.LearningRate / (1.0 - Math.Pow(plan.Beta1, step)));
        var squareScale = (float)(1.0 / (1.0 - Math.Pow(plan.Beta2, step)));
        var keep = 1f - plan.LearningRate * plan.WeightDecay;
        var width = Vector<float>.Count;
        var whole = weights.Length / width * width;
        var w = MemoryMarshal.Cast<float, Vector<float>>(weights[..whole]);
        var g = MemoryMarshal.Cast<float, Vector<float>>(gradient[..whole]);
        var m = MemoryMarshal.Cast<float, Vector<float>>(Means.AsSpan(0, whole));
        var v = MemoryMarshal.Cast<float, Vector<float>>(Squares.AsSpan(0, whole));
        for (var i = 0; i < w.Length; i++)
        {
            var slope = g[i] * gradientScale;
            m[i] = m[i] * plan.Beta1 + slope * (1f - plan.Beta1);
            v[i] = v[i] * plan.Beta2 + slope * slope * (1f - plan.Beta2);
            var size = Vector.SquareRoot(v[i] * squareScale) + new Vector<float>(plan.Epsilon);
            w[i] = w[i] * keep - m[i] * rate / size;
        }

        for (var i = whole; i < weights.Length; i++)
        {
            var slope = gradient[i] * gradientScale;
            Means[i] = Means[i] * plan.Beta1 + slope * (1f - plan.Beta1);
            Squares[i] = Squares[i] * plan.Beta2 + slope * slope * (1f - plan.Beta2);
            var size = MathF.Sqrt(Squares[i] * squareScale) + plan.Epsilon;
            weights[i] = weights[i] * keep - Means[i] * rate / size;
        }
    }
}
