using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Grains.Experiments;

[GrainType("mlops-experiment-directory")]
internal sealed class ExperimentDirectoryGrain(ExperimentTables experiments) : Grain, IExperimentDirectoryGrain
{
    private ExperimentDirectoryKey _key;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = ExperimentDirectoryKey.Parse(this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    public Task<ExperimentInfo> Create(CreateExperiment command, CancellationToken cancellationToken)
    {
        if (command.Project != _key.Project)
        {
            throw new InvalidInputException($"project '{command.Project}' does not belong to the directory '{_key}'.", "project");
        }

        RequireName(command.Name);
        return experiments.CreateAsync(command, cancellationToken);
    }

    public async Task<ExperimentInfo> Find(string name, CancellationToken cancellationToken)
    {
        RequireName(name);
        return await experiments.FindAsync(_key.Project, name, cancellationToken)
            ?? throw new NotFoundException($"Project '{_key.Project}' has no experiment '{name}'.", "name");
    }

    private void RequireName(string name)
    {
        if (name != _key.Name)
        {
            throw new InvalidInputException($"name '{name}' does not belong to the directory '{_key}'.", "name");
        }
    }
}
