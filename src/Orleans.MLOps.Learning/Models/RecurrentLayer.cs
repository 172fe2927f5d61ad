using Orleans.MLOps.Learning.Native;
using TorchSharp;
using TorchSharp.Modules;

namespace Orleans.MLOps.Learning.Models;

/// <summary>
/// A recurrent network as a module of one input and one output, so that it fits into a <see cref="Sequential"/> and can be exported: from
/// [batch, steps, width], or [steps, batch, width] without batch_first, it gives the outputs of all steps, or of the last one alone.
/// </summary>
public sealed class RecurrentLayer : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly torch.nn.Module _network;

    /// <summary>Wraps a long short-term memory.</summary>
    /// <param name="network">The network; disposed with this module.</param>
    /// <param name="lastStep">Whether to give the last step's output alone, [batch, outputs].</param>
    public RecurrentLayer(LSTM network, bool lastStep = false)
        : this((torch.nn.Module)network, lastStep)
    {
    }

    /// <summary>Wraps gated recurrent units.</summary>
    /// <param name="network">The network; disposed with this module.</param>
    /// <param name="lastStep">Whether to give the last step's output alone, [batch, outputs].</param>
    public RecurrentLayer(GRU network, bool lastStep = false)
        : this((torch.nn.Module)network, lastStep)
    {
    }

    private RecurrentLayer(torch.nn.Module network, bool lastStep)
        : base(nameof(RecurrentLayer))
    {
        ArgumentNullException.ThrowIfNull(network);
        TorchNative.EnsureLoadable();
        _network = network;
        LastStep = lastStep;
        BatchFirst = TakesBatchFirst(network);
        register_module("network", network);
    }

    /// <summary>Whether the last step's output alone is given.</summary>
    public bool LastStep { get; }

    internal bool BatchFirst { get; }

    internal torch.nn.Module Network => _network;

    /// <inheritdoc/>
    public override torch.Tensor forward(torch.Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        var output = ModuleForward.Run(_network, input)[0];
        return (LastStep ? output.select(BatchFirst ? 1 : 0, -1) : output).MoveToOuterDisposeScope();
    }

    /// <summary>TorchSharp does not tell the setting, but the final state's shape does.</summary>
    internal static bool TakesBatchFirst(torch.nn.Module network)
    {
        using var scope = torch.NewDisposeScope();
        using var inference = torch.no_grad();
        var width = network.state_dict()["weight_ih_l0"].shape[1];
        return ModuleForward.Run(network, torch.zeros(2, 3, width))[1].shape[1] == 2;
    }
}
