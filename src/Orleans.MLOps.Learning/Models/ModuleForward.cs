using TorchSharp;
using TorchSharp.Modules;

namespace Orleans.MLOps.Learning.Models;

/// <summary>Runs modules of any signature that can be exported.</summary>
internal static class ModuleForward
{
    public static torch.Tensor[] Run(torch.nn.Module module, torch.Tensor input)
    {
        switch (module)
        {
            case torch.nn.Module<torch.Tensor, torch.Tensor> single:
                return [single.call(input)];
            case LSTM lstm:
                var (output, hidden, cell) = lstm.call(input, null);
                return [output, hidden, cell];
            case GRU gru:
                var (sequence, last) = gru.call(input, null!);
                return [sequence, last];
            default:
                throw new NotSupportedException($"A {module.GetType().Name} is no module of one tensor.");
        }
    }
}
