// The set as it is: faults first, then what the kernel has, then the files, each line with what it means.
import type { RuleFinding, RuleLine, RulesReply } from '../../../src/web/contract.ts';
import { Link, useAddress } from '../../app/router.tsx';
import { Badge, Panel } from '../../parts/page.tsx';
import { EmptyState } from '../../parts/states.tsx';
import { Code, Text } from '../../parts/text.tsx';
import { addressOf } from '../processes/links.ts';
import { quoted } from '../reports/search.ts';
import { counted } from '../words.ts';
import { findingsText, joinedFiles, placeText, sortedFindings } from './editor.ts';

export function RuleSet({ rules }: { readonly rules: RulesReply }) {
  const { loaded, loadedFault, findings } = rules;
  const files = joinedFiles(rules.files);
  return (
    <div className="stack">
      <Panel title={findings.length === 0 ? 'No faults' : `Faults: ${findingsText(findings)}`}>
        {findings.length === 0 ? (
          <p className="dim">Nothing is wrong, doubtful or slow in this set.</p>
        ) : (
          <FindingList findings={sortedFindings(findings)} />
        )}
      </Panel>
      <Panel title={loaded ? `In the kernel: ${counted(loaded.length, 'rule')}` : 'In the kernel'}>
        {loaded === undefined ? (
          <p>
            <Text value={loadedFault ?? 'The kernel was not asked.'} />{' '}
            <span className="dim">The files below are what it would load.</span>
          </p>
        ) : loaded.length === 0 ? (
          <p className="dim">No rule is loaded: the kernel records only what programs send of themselves.</p>
        ) : (
          <RuleList rules={loaded} findings={[]} />
        )}
      </Panel>
      {files.map((file, i) => (
        <Panel
          key={`${i} ${file.path}`}
          title={<Code value={file.path} />}
          tools={<span className="dim">{counted(file.rules.length, 'line')}</span>}
        >
          {file.rules.length === 0 ? (
            <p className="dim">Nothing in it.</p>
          ) : (
            <RuleList rules={file.rules} findings={findings.filter((finding) => finding.file === file.path)} />
          )}
        </Panel>
      ))}
      {files.length === 0 && (
        <EmptyState title="No rules files on this machine">
          Rules are read from /etc/audit/rules.d. <Link to="/rules/edit">Write a set</Link>, or begin with the ones in
          Auspex's own folder rules/.
        </EmptyState>
      )}
    </div>
  );
}

const KINDS = { error: 'bad', warning: 'warn', hint: 'plain' } as const;

export const Severity = ({ of }: { readonly of: RuleFinding['severity'] }) => <Badge kind={KINDS[of]}>{of}</Badge>;

interface FindingListProps {
  readonly findings: readonly RuleFinding[];
  /** Goes to the place of a fault. */
  readonly onGo?: (finding: RuleFinding) => void;
}

export function FindingList({ findings, onGo }: FindingListProps) {
  return (
    <ul className="findings rule-findings">
      {findings.map((finding, i) => (
        <li key={i}>
          <Severity of={finding.severity} />
          <div>
            <p>
              {onGo && finding.line !== undefined ? (
                <button type="button" className="link" onClick={() => onGo(finding)}>
                  {placeText(finding)}
                </button>
              ) : (
                <Code value={placeText(finding)} />
              )}{' '}
              <Text value={finding.message} /> <span className="dim small">[{finding.code}]</span>
            </p>
            <p className="remedy">
              <Text value={finding.remedy} />
            </p>
          </div>
        </li>
      ))}
    </ul>
  );
}

function RuleList({
  rules,
  findings,
}: {
  readonly rules: readonly RuleLine[];
  readonly findings: readonly RuleFinding[];
}) {
  const { query } = useAddress();
  const chosen = query.get('key');
  return (
    <ol className="rule-list">
      {rules.map((rule, i) => {
        const here = findings.filter((finding) => finding.line !== undefined && finding.line === rule.line);
        return (
          <li key={i} className={chosen !== null && chosen === rule.key ? 'chosen' : undefined}>
            <span className="rule-line">{rule.line ?? i + 1}</span>
            <div>
              <Code value={rule.text} />
              <p className="dim">
                <Text value={rule.meaning} />{' '}
                {rule.key !== undefined && rule.key !== '' && (
                  <Link to={addressOf('/events', { q: `key i= ${quoted(rule.key)}` })}>
                    its events<span className="sr"> (key {rule.key})</span>
                  </Link>
                )}
              </p>
              {here.length > 0 && <FindingList findings={here} />}
            </div>
          </li>
        );
      })}
    </ol>
  );
}
