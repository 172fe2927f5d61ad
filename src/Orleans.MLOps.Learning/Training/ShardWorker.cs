using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Learning.Native;

namespace Orleans.MLOps.Learning.Training;

/// <summary>
/// Trains one shard synchronously on the thread it is called on, which must be dedicated: Torch's scopes and thread counts belong to a
/// thread. All shards step together and hold the same weights, bit for bit, whatever their number.
/// </summary>
public sealed class ShardWorker
{
    private readonly TrainingPlan _plan;
    private readonly TrainingSet _data;
    private readonly int _rank;
    private readonly IGradientExchange _exchange;
    private readonly TrainingStart _start;
    private readonly TrainingCallbacks _callbacks;
    private readonly TimeProvider _time;
    private readonly string _trajectory;

    /// <summary>Prepares a shard; nothing native is loaded yet.</summary>
    /// <param name="plan">The plan, the same for every shard.</param>
    /// <param name="data">The rows, all of them, the same for every shard.</param>
    /// <param name="rank">This shard's rank in [0, shards).</param>
    /// <param name="exchange">Exchange for vectors of <see cref="ExchangeLength"/> values.</param>
    /// <param name="start">What to start from, the same for every shard; null for a fresh start.</param>
    /// <param name="callbacks">Called when the rank is 0; null for none.</param>
    /// <param name="time">Measures throughput; null for the system's.</param>
    /// <exception cref="ArgumentException">Plan, rows, rank, exchange and start do not fit each other; the message says which.</exception>
    public ShardWorker(
        TrainingPlan plan,
        TrainingSet data,
        int rank,
        IGradientExchange exchange,
        TrainingStart? start = null,
        TrainingCallbacks? callbacks = null,
        TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(exchange);
        plan.Validate();
        data.RequireFit(plan.Network);
        if (plan.EvaluationRows >= data.Rows)
            throw new ArgumentException($"EvaluationRows is {plan.EvaluationRows}; the training set has only {data.Rows} rows.");
        if (exchange.Shards != plan.Shards || rank < 0 || rank >= plan.Shards)
            throw new ArgumentException($"Rank {rank} of an exchange of {exchange.Shards} does not fit a plan of {plan.Shards} shards.");
        _plan = plan;
        _data = data;
        _rank = rank;
        _exchange = exchange;
        _start = start ?? TrainingStart.Fresh;
        _callbacks = callbacks ?? TrainingCallbacks.None;
        _time = time ?? TimeProvider.System;
        _trajectory = plan.Trajectory(data.Rows);
        if ((_start.Checkpoint?.Weights ?? _start.Weights) is { } weights)
            NetworkLayout.Require(plan.Network, weights);
        if (_start.Checkpoint is { } checkpoint && checkpoint.Trajectory != _trajectory)
            throw new ArgumentException(
                $"The checkpoint of step {checkpoint.Step} belongs to another plan or other rows; resuming needs the same.", nameof(start));
    }

    /// <summary>Values that the shards of a training exchange at every step.</summary>
    /// <param name="network">The network.</param>
    /// <returns>One a weight, one for the loss, one for the rows' weight.</returns>
    public static int ExchangeLength(TabularNetworkSpec network) =>
        NetworkLayout.Tensors(network).Sum(tensor => tensor.Shape.Aggregate(1, (product, dimension) => product * dimension)) + 2;

    /// <summary>Trains to the end. Blocks; call it once.</summary>
    /// <param name="cancellation">Ends the training between two steps, on every shard.</param>
    /// <returns>The result, the same on every shard but for the throughput.</returns>
    /// <exception cref="ShardAbortedException">Another shard failed or was cancelled.</exception>
    /// <exception cref="OperationCanceledException">This shard was cancelled.</exception>
    /// <exception cref="InvalidOperationException">The loss is no longer finite: the training diverged.</exception>
    public TrainingResult Run(CancellationToken cancellation = default)
    {
        try
        {
            TorchNative.EnsureLoadable();
            TorchNative.UseThisThreadAlone();
            using var network = new ShardNetwork(_plan, _data, InitialWeights());
            return Train(network, cancellation);
        }
        catch (Exception error)
        {
            _exchange.Abort(error);
            throw;
        }
    }

    private ModelWeights InitialWeights() =>
        _start.Checkpoint?.Weights ?? _start.Weights ?? WeightInitializer.Create(_plan.Network, _plan.Seed);

    private TrainingResult Train(ShardNetwork network, CancellationToken cancellation)
    {
        var layout = InitialWeights();
        var adam = new AdamState(_plan, layout.Flat.Length);
        _start.Checkpoint?.Means.Flat.CopyTo(adam.Means);
        _start.Checkpoint?.Squares.Flat.CopyTo(adam.Squares);
        var order = new RowOrder(_plan, _data.Rows - _plan.EvaluationRows);
        var sum = new TreeSum(layout.Flat.Length + 2, _plan.VirtualShards / _plan.Shards);
        var total = _plan.TotalSteps(_data.Rows);
        var meter = new ProgressMeter(_time, total);
        var evaluation = _start.Checkpoint?.Evaluation;
        var step = _start.Checkpoint?.Step ?? 0;
        var stopped = false;
        while (step < total && !(stopped = IsPatienceOver(evaluation, order, step)))
        {
            cancellation.ThrowIfCancellationRequested();
            Step(network, adam, order, sum, step, meter);
            if (order.EndsEpoch(step) && _plan.EvaluationRows > 0)
                evaluation = Evaluate(network, sum, layout, order.EpochOf(step), evaluation);
            step++;
            if (_rank == 0)
                Report(step, total, meter, evaluation, () => new TrainingCheckpoint(
                    step, _trajectory, layout.WithValues(network.Weights), layout.WithValues(adam.Means), layout.WithValues(adam.Squares), evaluation));
        }

        return new TrainingResult
        {
            Weights = evaluation?.BestWeights ?? layout.WithValues(network.Weights),
            Steps = step,
            FinalLoss = meter.EpochLoss,
            EvaluationLoss = evaluation?.BestLoss,
            BestEpoch = evaluation?.BestEpoch,
            StoppedEarly = stopped,
            SamplesPerSecond = meter.OverallSamplesPerSecond,
        };
    }

    private void Step(ShardNetwork network, AdamState adam, RowOrder order, TreeSum sum, long step, ProgressMeter meter)
    {
        var block = _plan.VirtualShards / _plan.Shards;
        for (var virtualShard = _rank * block; virtualShard < (_rank + 1) * block; virtualShard++)
        {
            network.ComputeGradient(order.Part(step, virtualShard), step, virtualShard);
            sum.Add(network.Gradient);
        }

        var total = sum.Sum;
        _exchange.AllReduce(_rank, total);
        var (loss, weight) = (total[^2], total[^1]);
        if (!float.IsFinite(loss))
            throw new InvalidOperationException(
                $"The training diverged at step {step}: its loss is {loss}. A smaller learning rate than {_plan.LearningRate} may help.");
        if (weight > 0f)
            adam.Step(step + 1, network.Weights, total[..^2], 1f / weight);
        meter.Add(order.EpochOf(step), order.RowsOf(step), loss, weight);
    }

    private EvaluationState Evaluate(ShardNetwork network, TreeSum sum, ModelWeights layout, int epoch, EvaluationState? before)
    {
        var block = _plan.VirtualShards / _plan.Shards;
        var first = _data.Rows - _plan.EvaluationRows;
        for (var virtualShard = _rank * block; virtualShard < (_rank + 1) * block; virtualShard++)
        {
            var (from, to) = RowOrder.Slice(_plan.EvaluationRows, virtualShard, _plan.VirtualShards);
            network.Evaluate(first + from, first + to);
            sum.Add(network.Gradient);
        }

        var total = sum.Sum;
        _exchange.AllReduce(_rank, total);
        var loss = total[^1] > 0f ? (double)total[^2] / total[^1] : 0.0;
        return before is null || loss < before.BestLoss
            ? new EvaluationState(loss, loss, epoch, layout.WithValues(network.Weights))
            : before with { LastLoss = loss };
    }

    private bool IsPatienceOver(EvaluationState? evaluation, RowOrder order, long step) =>
        _plan.Patience > 0 && evaluation is not null && order.EpochOf(step) - 1 - evaluation.BestEpoch >= _plan.Patience;

    private void Report(long step, long total, ProgressMeter meter, EvaluationState? evaluation, Func<TrainingCheckpoint> checkpoint)
    {
        if (step % _plan.ProgressEverySteps == 0 || step == total)
            _callbacks.Progress?.Invoke(meter.Report(step, evaluation?.LastLoss));
        if (_plan.CheckpointEverySteps > 0 && step % _plan.CheckpointEverySteps == 0)
            _callbacks.Checkpoint?.Invoke(checkpoint());
    }
}
