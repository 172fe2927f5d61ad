using TorchSharp;

namespace Orleans.MLOps.Learning.Models;

/// <summary>Puts a module into evaluation mode until disposed; then each of its modules has the mode it had.</summary>
internal sealed class EvaluationMode : IDisposable
{
    private readonly List<(torch.nn.Module Module, bool Training)> _modes;

    public EvaluationMode(torch.nn.Module module)
    {
        // Setting a module's mode sets those of all within it, so parents come before their children.
        _modes = [(module, module.training), .. module.modules().Select(inner => (inner, inner.training))];
        module.eval();
    }

    public void Dispose() => _modes.ForEach(mode => mode.Module.train(mode.Training));
}
