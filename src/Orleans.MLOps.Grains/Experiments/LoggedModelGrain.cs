using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Grains.Experiments;

[GrainType("mlops-logged-model")]
internal sealed class LoggedModelGrain(LoggedModelTables models) : Grain, ILoggedModelGrain
{
    private string _id = "";

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _id = LoggedModelKey.Parse(this.GetPrimaryKeyString()).Id;
        return Task.CompletedTask;
    }

    public Task<LoggedModelInfo> Create(CreateLoggedModel command, CancellationToken cancellationToken) => command.ModelId is { } id && id != _id
        ? throw new InvalidInputException($"model_id '{id}' is not logged model '{_id}' that was called.", "model_id")
        : models.CreateAsync(_id, command, cancellationToken);

    public Task<LoggedModelInfo> Update(UpdateLoggedModel command, CancellationToken cancellationToken) =>
        models.UpdateAsync(_id, command, cancellationToken);

    public Task<LoggedModelInfo> Get(CancellationToken cancellationToken) => models.GetAsync(_id, cancellationToken);

    public Task<LoggedModelInfo?> GetState() => models.FindAsync(_id, CancellationToken.None);
}
