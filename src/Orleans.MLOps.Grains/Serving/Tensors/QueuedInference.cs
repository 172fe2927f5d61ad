using Orleans.MLOps.Learning.Serving;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving.Tensors;

/// <summary>A request of tensors.</summary>
/// <param name="Inputs">Its inputs in the order of the signature.</param>
/// <param name="Wanted">Names of the wanted outputs; all when empty.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Priority">Lower ones go first.</param>
/// <param name="ArrivedAt">Timestamp of its arrival.</param>
internal sealed record QueuedInference(EngineTensor[] Inputs, string[] Wanted, int Rows, int Priority, long ArrivedAt)
    : QueuedRequest<InferenceResult>(Rows, Priority, ArrivedAt)
{
    public EngineTensor[] Inputs { get; private set; } = Inputs;

    /// <summary>What the model computed for it.</summary>
    public Tensor[] Outputs { get; set; } = [];

    public override long Bytes
    {
        get
        {
            var bytes = 0L;
            foreach (var input in Inputs)
            {
                bytes += input.Data.Length;
            }

            return bytes;
        }
    }

    /// <summary>Every input of each has the request's rows, and all but the first dimensions are the same.</summary>
    public override bool GoesWith(QueuedRequest other)
    {
        var inputs = ((QueuedInference)other).Inputs;
        for (var i = 0; i < Inputs.Length; i++)
        {
            if (Inputs[i].Shape[0] != Rows || inputs[i].Shape[0] != other.Rows || !Inputs[i].Shape.AsSpan(1).SequenceEqual(inputs[i].Shape.AsSpan(1)))
            {
                return false;
            }
        }

        return true;
    }

    public override void Release() => Inputs = [];

    protected override InferenceResult Result(EngineTimes times) => new(Outputs, times);
}
